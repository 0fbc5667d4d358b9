export interface Product {
  id: string;
  name: string;
  price: number;
  tags: string[];
}

export interface Customer {
  email: string;
  name: string;
}

export interface Order {
  id: string;
  status: 'open' | 'paid' | 'refunded';
}

export interface Review {
  productId: string;
  text: string;
  stars: number;
}

export interface Database {
  products: Map<string, Product>;
  customers: Map<string, Customer>;
  orders: Map<string, Order>;
  wishlist: Set<string>;
  cart: Map<string, number>;
  reviews: Review[];
  nextProductId: number;
}

const catalogue: Array<[name: string, price: number, ...tags: string[]]> = [
  ['Linen apron', 34, 'kitchen', 'textile'],
  ['Oak chopping board', 49.5, 'kitchen', 'wood'],
  ['Beeswax candle', 12, 'home'],
  ['Wool blanket', 119, 'home', 'textile'],
  ['Stoneware mug', 18, 'kitchen', 'ceramic'],
  ['Stoneware bowl', 22, 'kitchen', 'ceramic'],
  ['Walnut spoon', 9.75, 'kitchen', 'wood'],
  ['Cotton tote', 15, 'textile'],
  ['Brass hook', 7.25, 'home', 'metal'],
  ['Plant pot "Luise", small', 16, 'home', 'ceramic'],
  ['Plant pot "Luise", large', 28, 'home', 'ceramic'],
  ['Tea towel', 11, 'kitchen', 'textile'],
  ['Enamel jug', 39, 'kitchen', 'metal'],
  ['Desk lamp', 89, 'home', 'metal'],
];

function seed(): Database {
  const products = catalogue.map(([name, price, ...tags], index): Product => ({ id: `p${index + 1}`, name, price, tags }));
  return {
    products: new Map(products.map((product) => [product.id, product])),
    customers: new Map([['ada@example.com', { email: 'ada@example.com', name: 'Ada' }]]),
    orders: new Map([['o1', { id: 'o1', status: 'open' }]]),
    wishlist: new Set(['p3']),
    cart: new Map(),
    reviews: [],
    nextProductId: products.length + 1,
  };
}

// Each of Next's two routers has its own bundle of this module; the data must be there only once.
const shared = globalThis as typeof globalThis & { __storefront?: Database };

export const db = (shared.__storefront ??= seed());
