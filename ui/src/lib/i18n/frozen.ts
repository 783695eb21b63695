/** Whether every language has to have every message: false only while strings are still being added. */
export const FROZEN: boolean = false;
