/** The stack that a command works on where none is named: the household's own in the cloud, the one to try on a laptop. */
export const defaultStack = ({ local }: { readonly local: boolean }) => (local ? "dev" : "prod");
