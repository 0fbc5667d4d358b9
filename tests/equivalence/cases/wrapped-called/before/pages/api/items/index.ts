import type { NextApiRequest, NextApiResponse } from 'next'

import { protect } from '../../../lib/protect'

// Anybody may look.
function list(req: NextApiRequest, res: NextApiResponse) {
  return res.json({ page: req.query.page ?? '1' })
}

const create = protect(async (req, res) => {
  const { name } = req.body
  if (!name) {
    return res.status(400).json({ error: 'No name' })
  }
  res.status(201).json({ name })
})

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'GET') {
    return list(req, res)
  }
  if (req.method === 'POST') {
    return create(req, res)
  }
  res.status(405).end()
}
