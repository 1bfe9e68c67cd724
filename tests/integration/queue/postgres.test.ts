import { runMigrations } from 'bullmq';
import pg from 'pg';
import { QUEUE_SCHEMA } from '#server/open-database.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { describeQueue } from './queue.suite.ts';

let test: TestDatabase;

describeQueue('the queue on Postgres', {
  kind: 'postgres',
  defaultPort: 5432,
  skip: () => {},
  environment: () => ({ DATABASE_URL: test.url }),
  async open() {
    test = await createTestDatabase();
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    await runMigrations(client, QUEUE_SCHEMA);
    await client.end();
    return test.url;
  },
  close: () => test.drop(),
});
