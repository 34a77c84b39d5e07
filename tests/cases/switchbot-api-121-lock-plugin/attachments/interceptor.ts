import axios from 'axios';
import crypto from 'crypto';

export function openApi(config: SwitchBotPlatformConfig) {
  const api = axios.create({ baseURL: 'https://api.switch-bot.test/v1.1', responseType: 'json' });

  api.interceptors.request.use((request) => {
    const nonce = 'homebridge-switchbot';
    request.headers!.Authorization = config.credentials!.token;
    request.headers!.nonce = nonce;
    request.headers!.t = String(Date.now());
    request.headers!.sign = crypto
      .createHmac('sha256', config.credentials!.secret)
      .update(Buffer.from(config.credentials!.token + Date.now() + nonce, 'utf-8'))
      .digest()
      .toString('base64');
    request.headers!['Content-Type'] = 'application/json';
    return request;
  });

  return api;
}
