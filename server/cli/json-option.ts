import { Option } from 'commander';

export const json = () =>
  new Option('--json', 'print one JSON document on stdout and nothing else there').default(false);
