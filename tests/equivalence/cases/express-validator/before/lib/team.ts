import { check, cookie, header, query } from 'express-validator';

import { validate, waitFor } from './validate';

export const validateTeam = waitFor(
  validate([
    check('name').trim().isLength({ min: 1, max: 8 }).withMessage('too long'),
    check('again').custom((value, { req }) => value === req.body.name),
    query('page').optional().isInt().toInt(),
    cookie('seen').optional().isIn(['0', '1']),
    header('X-Team').optional().isAlpha(),
  ]),
);
