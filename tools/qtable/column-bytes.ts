/**
 * A JSON head and named typed arrays as bytes, the same bytes for the same content. Layout: magic of four letters, length
 * of the head (uint32, little-endian), head in UTF-8, zeros up to a multiple of 8, then each column, each padded likewise.
 */
const COLUMN_TYPES = { f64: Float64Array, u32: Uint32Array, u8: Uint8Array } as const;
type ColumnType = keyof typeof COLUMN_TYPES;

export type Column = Float64Array | Uint32Array | Uint8Array;
export type Columns = Readonly<Record<string, Column>>;

interface Head {
  readonly about: unknown;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly length: number }[];
}

const HEAD_AT = 8;

export function packColumns(magic: string, about: unknown, columns: Columns): Uint8Array {
  const told = Object.entries(columns).map(([name, column]) => ({
    ...{ name, type: typeOf(column), length: column.length },
  }));
  const head = new TextEncoder().encode(JSON.stringify({ about, columns: told } satisfies Head));
  const size = Object.values(columns).reduce(
    (sum, { byteLength }) => sum + padded(byteLength),
    padded(HEAD_AT + head.length),
  );
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, head.length, true);
  bytes.set(head, HEAD_AT);
  let at = padded(HEAD_AT + head.length);
  for (const column of Object.values(columns)) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  return bytes;
}

/**
 * What `packColumns` was given, in copies of its own.
 * @throws RangeError for bytes that begin with another magic, or end early
 */
export function unpackColumns(
  magic: string,
  bytes: Uint8Array,
): { readonly about: unknown; readonly columns: Columns } {
  if (bytes.length < HEAD_AT || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic)
    throw new RangeError(`these ${bytes.length} bytes do not begin with ${magic}`);
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const head = readHead(bytes, headLength);
  let at = padded(HEAD_AT + headLength);
  const columns: Record<string, Column> = {};
  for (const { name, type, length } of head.columns) {
    const Type = COLUMN_TYPES[type];
    const end = at + length * Type.BYTES_PER_ELEMENT;
    if (end > bytes.length)
      throw new RangeError(`these ${bytes.length} bytes end before ${name}, which needs ${end}`);
    // A copy of its own: a view needs an aligned start, and a Buffer's `slice` would be one.
    columns[name] = new Type(new Uint8Array(bytes.subarray(at, end)).buffer);
    at += padded(length * Type.BYTES_PER_ELEMENT);
  }
  return { about: head.about, columns };
}

function readHead(bytes: Uint8Array, length: number): Head {
  const text = new TextDecoder().decode(bytes.subarray(HEAD_AT, HEAD_AT + length));
  try {
    return JSON.parse(text) as Head;
  } catch (cause) {
    throw new RangeError(`the head of these ${bytes.length} bytes is not whole`, { cause });
  }
}

function typeOf(column: Column): ColumnType {
  if (column instanceof Float64Array) return 'f64';
  return column instanceof Uint32Array ? 'u32' : 'u8';
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
