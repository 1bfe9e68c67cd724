/**
 * The driver's client with its statements prepared. Drizzle asks for none of them to be, and then the driver has every
 * statement described before it sends the values: two round trips and a new plan each time.
 */
import type { Sql, TransactionSql } from 'postgres';

/** Lists vary in length, and each length would stay on the server as a statement of its own. */
const MOST_PARAMETERS = 80;

type Client = Sql | TransactionSql;
type InTransaction = (client: TransactionSql) => Promise<unknown>;

export function preparedClient<Given extends Client>(client: Given): Given {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === 'unsafe') return unsafeOf(target);
      if (typeof member !== 'function' || (name !== 'begin' && name !== 'savepoint')) return member;
      return (...given: unknown[]) => {
        const work = given.pop() as InTransaction;
        return member(...given, (inner: TransactionSql) => work(preparedClient(inner)));
      };
    },
  });
}

function unsafeOf(client: Client): Sql['unsafe'] {
  return (text, parameters, options) => {
    const prepare = parameters !== undefined && parameters.length <= MOST_PARAMETERS;
    return client.unsafe(text, parameters, { ...options, prepare });
  };
}
