import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

// The form of a product sends this by itself, so that it works without JavaScript.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();

  const productId = String(req.body.productId);
  const text = String(req.body.text ?? '').trim();
  if (!db.products.has(productId)) return res.redirect(303, '/');
  if (text === '') return res.redirect(303, `/products/${productId}?problem=empty`);

  db.reviews.push({ productId, text, stars: Number(req.body.stars) || 1 });
  return res.redirect(303, `/products/${productId}`);
}
