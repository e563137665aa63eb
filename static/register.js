/** For members' pages that carry no other script: the service worker is there whatever page they open first. */
navigator.serviceWorker?.register('/service-worker.js', { type: 'module' });
