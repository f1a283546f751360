/** What is injected by these: the frozen `ServiceConfig`, and the program's `Logger`. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
