import type { NextApiRequest, NextApiResponse } from 'next';
import initMiddleware from './init-middleware';
import { connect } from './db';

// Nobody gets in without the database.
async function connected(req: NextApiRequest, res: NextApiResponse, next: Function) {
  try {
    await connect(req.query.down);
  } catch (error) {
    res.status(500).json({ message: 'no database' });
    return;
  }

  return next();
}

export default initMiddleware(connected);
