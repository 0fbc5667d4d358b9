import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

// POST /api/wishlist/p3 puts a product on the wishlist, or takes it off again.
export default async (req: NextApiRequest, res: NextApiResponse) => {
  if (req.method !== 'POST') return res.status(405).end();

  const { productId } = req.query as { productId: string };
  if (!db.products.has(productId)) {
    return res.status(404).json({ error: 'No such product' });
  }

  const saved = !db.wishlist.has(productId);
  if (saved) {
    db.wishlist.add(productId);
  } else {
    db.wishlist.delete(productId);
  }
  return res.status(200).json({ saved, count: db.wishlist.size });
};
