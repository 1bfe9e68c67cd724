/** The page of a trade, open or closed. */
export function tradePath({ id, deskId }: { readonly id: string; readonly deskId: string }): string {
  return `/trades/${encodeURIComponent(id)}?${new URLSearchParams({ desk: deskId })}`;
}
