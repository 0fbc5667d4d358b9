import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

export default (_req: NextApiRequest, res: NextApiResponse) => {
  res.status(200).json({ ok: true, products: db.products.size > 0 });
};
