/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;
