import type { NextApiRequest, NextApiResponse } from 'next';
import { db, type Product } from '@/lib/db';
import { productErrors, type ProductInput } from '@/lib/validate';

/** Products on one page of the catalogue. */
export const PAGE_SIZE = 6;

export type ProductList = {
  products: Product[];
  page: number;
  pages: number;
};

// `?page=abc` and `?page=1&page=2` are the first page, too.
function pageNumber(value: string | string[]): number {
  const page = Number(value);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  switch (req.method) {
    case 'GET': {
      const { page = '1', tag } = req.query;
      const tags = tag === undefined ? [] : [tag].flat();
      const found = [...db.products.values()].filter((product) => tags.every((name) => product.tags.includes(name)));

      const current = pageNumber(page);
      const list: ProductList = {
        products: found.slice((current - 1) * PAGE_SIZE, current * PAGE_SIZE),
        page: current,
        pages: Math.ceil(found.length / PAGE_SIZE),
      };
      return res.status(200).json(list);
    }

    case 'POST': {
      const errors = productErrors(req.body);
      if (Object.keys(errors).length > 0) {
        return res.status(400).json({ errors });
      }

      const { name, price, tags = [] } = req.body as ProductInput;
      const product: Product = { id: `p${db.nextProductId++}`, name: name.trim(), price, tags };
      db.products.set(product.id, product);

      res.setHeader('Location', `/api/products/${product.id}`);
      return res.status(201).json(product);
    }

    default:
      res.setHeader('Allow', 'GET, POST');
      return res.status(405).json({ error: `Method ${req.method} is not allowed` });
  }
}
