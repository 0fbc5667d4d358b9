import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'

import { protect } from '../../lib/protect'

const handlers: Record<string, NextApiHandler> = {
  GET: (req, res) => res.json({ page: req.query.page }),
  POST: protect(async (req, res) => {
    res.status(201).json(req.body)
  }),
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const method = handlers[req.method ?? '']
  if (!method) {
    return res.status(405).end()
  }
  return method(req, res)
}
