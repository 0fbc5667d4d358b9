import { body, validationResult } from 'express-validator';
import type { NextApiRequest, NextApiResponse } from 'next';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  await body('email').isEmail().normalizeEmail().run(req);
  await body('tags.*').toUpperCase().run(req);
  await body('age').optional().isInt().toInt().run(req);
  const errors = validationResult(req);
  if (!errors.isEmpty()) return res.status(400).json({ errors: errors.array() });
  res.status(201).json(req.body);
}
