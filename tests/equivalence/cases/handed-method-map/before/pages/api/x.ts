import type { NextApiRequest, NextApiResponse } from 'next';
import { byMethod } from '../../lib/by-method';
import { load, save } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  await byMethod(req, res, {
    GET: show,
    POST: create,
  });
}

const show = async (req: NextApiRequest, res: NextApiResponse) => {
  res.json(await load(req.query.id));
};

const create = async (req: NextApiRequest, res: NextApiResponse) => {
  if (!req.body.name) {
    throw Object.assign(new Error('name is missing'), { status: 422 });
  }
  res.setHeader('Location', '/api/x');
  res.status(201).json(await save(req.body.name));
};
