import { check } from './db';

export async function* rows(count: number, fail?: string) {
  for (let row = 0; row < count; row++) {
    check(row, fail);
    yield row;
  }
}
