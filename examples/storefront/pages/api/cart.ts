import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();

  const { productId, quantity } = req.body;
  if (!db.products.has(productId) || !Number.isInteger(quantity)) {
    return res.status(400).json({ message: 'There is no such product' });
  }

  db.cart.set(productId, (db.cart.get(productId) ?? 0) + quantity);
  const pieces = [...db.cart.values()].reduce((sum, own) => sum + own, 0);
  return res.status(200).json({ message: `${pieces} in your cart` });
}
