  auth0 = new auth0.WebAuth({
    domain: AUTH_CONFIG.domain,
    clientID: AUTH_CONFIG.clientID,
    redirectUri: AUTH_CONFIG.callbackURL,
    audience: 'http://localhost:1337',
    responseType: 'token id_token',
    scope: 'openid profile'
  });

  private setSession(authResult): void {
    localStorage.setItem('access_token', authResult.accessToken);
    localStorage.setItem('id_token', authResult.idToken);
    localStorage.setItem('expires_at', JSON.stringify(authResult.expiresIn * 1000 + Date.now()));
  }

  // orders.service.ts
  private headers() {
    return new Headers({ Authorization: 'Bearer ' + localStorage.getItem('id_token') });
  }
