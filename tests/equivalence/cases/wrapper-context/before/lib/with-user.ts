import type { NextApiRequest, NextApiResponse } from 'next'

import { userOf } from './users'

export interface Context {
  req: NextApiRequest
  res: NextApiResponse
  user: { id: string; role: string }
}

// The handler is handed one object.
export function withUser(handler: (context: Context) => unknown) {
  return async (req: NextApiRequest, res: NextApiResponse) => {
    const user = await userOf(req.headers.authorization)
    if (!user) {
      return res.status(401).json({ error: 'Not signed in' })
    }
    return handler({ req, res, user })
  }
}

// It has a name before it is handed on.
export const withTenant =
  ({ tenant }: { tenant: string }) =>
  (handler: ({ req, res }: { req: NextApiRequest; res: NextApiResponse; tenant: string }) => Promise<void>) =>
  async (req: NextApiRequest, res: NextApiResponse) => {
    const context = { req, res, tenant }
    try {
      await handler(context)
    } catch (error) {
      res.status(500).json({ error: 'Failed', tenant })
    }
  }

type Handler = (context: Context) => unknown

// The type of the handler has a name.
export const withAudit = (handler: Handler) => async (req: NextApiRequest, res: NextApiResponse) => {
  console.log(req.method)
  await handler({ req, res, user: { id: 'audit', role: 'none' } })
}
