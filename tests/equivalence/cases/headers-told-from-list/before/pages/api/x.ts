import type { NextApiRequest, NextApiResponse } from 'next'
import { tokenOf } from '../../lib/token'

const TRACE = 'x-trace'
const UPPER = 'X-Trace'
const SOME = ['x-a', 'x-b']

// Each is told from a list where it is kept in a name; what is known of a name that is written out holds for a constant.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const id = req.headers['x-id']
  let first: string | null = null
  if (typeof id === 'string') first = id
  else if (Array.isArray(id) && id.length) first = id[0]

  const some = SOME.map((name) => {
    const value = req.headers[name]
    if (typeof value === 'string') return value
    return Array.isArray(value) && value.length > 0 ? value[0] : null
  })
  const forwarded = req.headers['x-forwarded-for']
  const ip = Array.isArray(forwarded) ? forwarded[0] : forwarded
  const trace = req.headers[TRACE]
  res.json({ first, some, ip, token: tokenOf(req), trace, upper: req.headers[UPPER], has: !!req.headers[TRACE] })
}
