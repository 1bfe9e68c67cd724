/** Hidden among the commands: what a thread of a sweep begins with. */
export const SWEEP_COMMAND = 'sweep-thread';
