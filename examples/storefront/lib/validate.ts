import type { Product } from './db';

export type Errors = Record<string, string>;
export type ProductInput = Omit<Product, 'id'>;

function fields(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
}

export function productErrors(input: unknown, { partial = false } = {}): Errors {
  const { name, price, tags } = fields(input);
  const errors: Errors = {};
  const needed = (value: unknown) => value !== undefined || !partial;

  if (needed(name) && (typeof name !== 'string' || name.trim() === '')) {
    errors.name = 'A name is required';
  }
  if (needed(price) && (typeof price !== 'number' || !(price > 0))) {
    errors.price = 'The price must be a number above 0';
  }
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))) {
    errors.tags = 'Tags must be a list of strings';
  }
  return errors;
}

export function isEmail(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}
