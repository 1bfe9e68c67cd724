/**
 * Rolling sums are taken anew every so many bars (or every window, where that is longer). Adding the new and
 * subtracting the old value leaves rounding behind; this keeps it at that of 256 steps, at a cost of a few percent.
 * Anchors stand at fixed indices, so a longer series never changes an earlier value.
 */
export const ANCHOR_BARS = 256;
