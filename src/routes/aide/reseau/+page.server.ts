// The page that explains a bad connection comes whole at once; its test is one small file.
export const csr = false;
