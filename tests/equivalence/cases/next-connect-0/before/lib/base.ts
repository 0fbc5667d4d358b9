import type { NextApiRequest, NextApiResponse } from 'next';
import nc from 'next-connect';

export const base = nc<NextApiRequest, NextApiResponse>();

base.use((req, res, next) => {
  res.setHeader('Access-Control-Allow-Origin', '*');
  if (req.method === 'OPTIONS') {
    res.setHeader('Access-Control-Allow-Methods', 'GET');
    return res.status(200).end();
  }
  next();
});
