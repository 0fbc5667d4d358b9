import type { NextApiResponse } from 'next';
import { requireRole } from './guards';

export const requireEditor = requireRole('editor');

const bind = (kind: string, id: string) => async (res: NextApiResponse) => res.status(200).json({ kind, id });

export const bindMail = (id: string) => bind('mail', id);
