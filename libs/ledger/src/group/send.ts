/** Sends one statement of the group; its result is awaited together with the others'. */
export type Send = (name: string, text: string, values: unknown[]) => void;
