import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'

import { userOf } from './users'

export function protect(handler: NextApiHandler): NextApiHandler {
  return async (req, res) => {
    const user = await userOf(req.headers.authorization)
    if (!user) {
      return res.status(401).json({ error: 'Not signed in' })
    }
    return handler(req, res)
  }
}

// Is called twice.
export const withRole = (role: string) => (handler: NextApiHandler) => async (req: NextApiRequest, res: NextApiResponse) => {
  const user = await userOf(req.headers.authorization)
  if (user?.role !== role) return res.status(403).end()
  return handler(req, res)
}
