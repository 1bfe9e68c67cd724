/** What browsers may keep of answers that will not change, and how they ask whether they did. */

/** Kept, and shown again only after the server has said that it is the same and may still be seen. */
export const ASK_AGAIN = 'private, no-cache';

export const UNCHANGED = { description: 'It is what If-None-Match names.' };
