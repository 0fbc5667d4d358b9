import { initMiddleware } from './init-middleware'

export const useAuth = initMiddleware(async (req, res, next) => {
  if (!req.headers.authorization) return res.status(401).end()
  next({ name: req.headers.authorization })
})
