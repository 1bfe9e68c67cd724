/**
 * How long a test waits for what must come but whose moment it does not measure. A machine that builds, browses and
 * runs databases at once may take many times what it takes alone; one second, what `vi.waitFor` does unasked, is no limit.
 */
export const PATIENT = { timeout: 30_000, interval: 25 };
