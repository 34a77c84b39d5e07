const fastify = require('fastify')({ logger: true })
fastify.register(require('fastify-jwt-jwks'), {
  jwksUrl: 'https://lager.eu.authz.test/.well-known/jwks.json',
  issuer: 'https://lager.eu.authz.test/',
  audience: 'https://api.lager.test'
})
fastify.register(async app => {
  app.addHook('preValidation', app.authenticate)
  app.get('/bestand', stock.list)
  app.get('/bestand/:id', stock.one)
})
