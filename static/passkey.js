/**
 * Asks the device for a passkey, then sends what it said as a plain form: the page that comes back carries a new
 * challenge, since one serves once. What to ask and every word are in the form.
 */
const isAble = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

function tell(form, what) {
	for (const message of form.querySelectorAll('[data-tell]')) message.hidden = message.dataset.tell !== what;
}

async function ask({ create, get }) {
	if (create)
		return navigator.credentials.create({
			publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(create))
		});
	return navigator.credentials.get({
		publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(get))
	});
}

// For a form that comes later too, where pages change without being loaded again.
document.addEventListener('submit', async (event) => {
	const form = event.target;
	if (!form.matches('form[data-passkey]')) return;
	event.preventDefault();
	if (!isAble) return tell(form, 'unable');
	const button = form.querySelector('button');
	if (button.ariaBusy === 'true') return;
	button.ariaBusy = button.ariaDisabled = 'true';
	tell(form, null);
	try {
		form.elements.response.value = JSON.stringify((await ask(form.dataset)).toJSON());
		form.submit();
	} catch (error) {
		button.ariaBusy = button.ariaDisabled = null;
		tell(form, error.name === 'InvalidStateError' ? 'already' : 'cancelled');
	}
});

if (!isAble) for (const form of document.querySelectorAll('form[data-passkey]')) tell(form, 'unable');
