import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFaults } from './axe.ts';
import { DESKTOP, PHONE, sidewaysScroll, type WebStage } from './web-stage.ts';

/** Every size in every theme. */
export const LOOKS = [
  ['phone', PHONE, 'dark'],
  ['phone', PHONE, 'light'],
  ['desktop', DESKTOP, 'dark'],
  ['desktop', DESKTOP, 'light'],
] as const;

const MOST_SHIFT = 0.1;

/** A page as it stands: no sideways scroll, nothing axe finds serious, nothing that jumped; kept as a screenshot. */
export async function expectStillAndSound(stage: WebStage, page: Page, shot: string): Promise<void> {
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  expect(await seriousFaults(page)).toEqual([]);
  expect(await stage.layoutShift(page)).toBeLessThan(MOST_SHIFT);
  await stage.shoot(page, shot);
}
