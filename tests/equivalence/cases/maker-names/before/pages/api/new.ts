import type { NextApiRequest, NextApiResponse } from 'next';
import { requireRole } from '../../lib/guards';
import { requireEditor } from '../../lib/services';

const requireAuthor = requireRole('author');

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const editor = await requireEditor(req, res);
  if (!editor) return;
  const author = await requireAuthor(req, res);
  if (!author) return;
  res.status(201).json({ by: author.id });
}
