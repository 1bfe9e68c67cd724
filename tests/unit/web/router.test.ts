import { describe, expect, it } from 'vitest';
import { addressOf, isWithin, matchOf } from '../../../web/router/place.ts';

const at = { pathname: '/runs', search: '?status=failed' };
const ENTRIES = [
  { path: '/' },
  { path: '/runs' },
  { path: '/runs/:runId' },
  { path: '/runs/:runId/compare/:otherId' },
];
const found = (pathname: string) => {
  const match = matchOf(ENTRIES, pathname);
  return match && [match.entry.path, match.params];
};

describe('an address', () => {
  it.each([
    ['/trades?symbol=BTC', '/trades?symbol=BTC'],
    ['?kind=fork', '/runs?kind=fork'],
    ['', '/runs?status=failed'],
    [{ search: '?kind=fork' }, '/runs?kind=fork'],
    [{ search: '?' }, '/runs'],
    [{ search: '' }, '/runs'],
    [{ pathname: '/costs', search: '?desk=d1' }, '/costs?desk=d1'],
    [{ pathname: '/costs' }, '/costs'],
  ])('of a link to %j', (to, address) => {
    expect(addressOf(to, at)).toBe(address);
  });

  it('stays on its host where the one that is shown begins with two slashes', () => {
    expect(addressOf({ search: '?kind=fork' }, { ...at, pathname: '//runs' })).toBe('/runs?kind=fork');
    expect(addressOf('', { ...at, pathname: '//runs' })).toBe('/runs?status=failed');
  });
});

describe('the page of an address', () => {
  it('is the one whose pattern fits it, with the words in it as they were before they were encoded', () => {
    expect(found('/')).toEqual(['/', {}]);
    expect(found('/runs')).toEqual(['/runs', {}]);
    expect(found('/runs/r%2F1%20a')).toEqual(['/runs/:runId', { runId: 'r/1 a' }]);
    expect(found('/runs/a/compare/b')).toEqual([
      '/runs/:runId/compare/:otherId',
      { runId: 'a', otherId: 'b' },
    ]);
  });

  it('may end in a slash, and may be no encoding at all', () => {
    expect(found('/runs/')).toEqual(['/runs', {}]);
    expect(found('/runs/100%')).toEqual(['/runs/:runId', { runId: '100%' }]);
  });

  it.each(['/nowhere', '/runs/a/compare', '/runs/a/b/c/d'])('is none for %s', (pathname) => {
    expect(found(pathname)).toBeNull();
  });

  it('is marked on the way about for what lies below it, and the first page only for itself', () => {
    expect(isWithin('/runs/a', '/runs')).toBe(true);
    expect(isWithin('/runs', '/runs')).toBe(true);
    expect(isWithin('/runsheet', '/runs')).toBe(false);
    expect(isWithin('/runs', '/')).toBe(false);
    expect(isWithin('/', '/')).toBe(true);
  });
});
