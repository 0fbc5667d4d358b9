import type { NextApiResponse } from 'next';

export const notFound = (res: NextApiResponse) => res.status(404).json({ error: 'Not found' });
