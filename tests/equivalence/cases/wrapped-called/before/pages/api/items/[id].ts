import type { NextApiRequest, NextApiResponse } from 'next'

import { protect, withRole } from '../../../lib/protect'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  switch (req.method) {
    case 'PUT':
      return protect(update)(req, res)
    case 'DELETE':
      await withRole('admin')(remove)(req, res)
      return
    default:
      res.setHeader('Allow', 'PUT, DELETE')
      return res.status(405).end()
  }
}

async function update(req: NextApiRequest, res: NextApiResponse) {
  res.json({ id: req.query.id, name: req.body.name })
}

const remove = async (req: NextApiRequest, res: NextApiResponse) => {
  if (req.query.id === 'kept') return res.status(409).end()
  res.status(204).end()
}
