/** Words of tray, notifications, drops and of what closing the window asks. */
export const desk = {};
