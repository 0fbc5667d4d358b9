import type { NextApiRequest, NextApiResponse } from 'next';
import { db, type Product } from '../../../lib/db';
import { productErrors } from '../../../lib/validate';

type Failure = { error: string } | { errors: Record<string, string> };

export default function handler(req: NextApiRequest, res: NextApiResponse<Product | Failure>) {
  const id = req.query.id as string;

  const product = db.products.get(id);
  if (!product) {
    res.status(404).json({ error: 'No such product' });
    return;
  }

  if (req.method === 'GET') {
    res.status(200).json(product);
  } else if (req.method === 'PATCH') {
    const errors = productErrors(req.body, { partial: true });
    if (Object.keys(errors).length > 0) {
      res.status(400).json({ errors });
      return;
    }

    // Only what may be changed: the id stays.
    const { name = product.name, price = product.price, tags = product.tags } = req.body;
    const updated = { ...product, name, price, tags };
    db.products.set(id, updated);
    res.status(200).json(updated);
  } else if (req.method === 'DELETE') {
    db.products.delete(id);
    db.wishlist.delete(id);
    res.status(204).end();
  } else {
    res.setHeader('Allow', ['GET', 'PATCH', 'DELETE']);
    res.status(405).end();
  }
}
