/** What is over sooner needs no spinner: it would only flash. */
export const SPINNER_AFTER_MS = 400;
