/**
 * A certificate as IoT Core issues them for a request: to the end of 2049, whatever the request says. Where the program asks
 * for one, this stands for it; what a client really gets here is issued by the gateway's own authority, with the same end.
 */
export const issuedCertificate = `-----BEGIN CERTIFICATE-----
MIIBKzCB06ADAgECAgEBMAoGCCqGSM49BAMCMB4xHDAaBgNVBAMTE0FXUyBJb1Qg
Q2VydGlmaWNhdGUwHhcNMjAwMTAxMDAwMDAwWhcNNDkxMjMxMjM1OTU5WjAeMRww
GgYDVQQDExNBV1MgSW9UIENlcnRpZmljYXRlMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEcBGOaFu5wg4dzD+0EOIEgZWLryJ+sTnLEWfSwf6vBX9Y1fnMxFb8VV4n
sLSNpN6WWYu4dx70qkUOH2oUfS+geKMCMAAwCgYIKoZIzj0EAwIDRwAwRAIgYOh0
4MTHX8eIDcCKLyMxbADj1tqj8hJiFljrfpY8bGoCIDru+EFzl3qh7AwTOdph1J3f
UfOmTWw7tK/LLamZvjgO
-----END CERTIFICATE-----
`;
