/** The name of the Builder's frame for a second user: its session is its own, and every click in it acts. */
export const SECOND_USER = "mainspring second user";

export const isSecondUser = (): boolean => window.name === SECOND_USER;
