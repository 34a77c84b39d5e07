#!/bin/bash
# pool pump via homebridge, crontab: 0 5,20 * * *
TOKEN=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VybmFtZSI6ImFkbWluIiwibmFtZSI6IkFkbWluaXN0cmF0b3IiLCJhZG1pbiI6dHJ1ZSwiaW5zdGFuY2VJZCI6ImIxOTQ2YWM5MjQ5MmQyMzQ3YzYyMzViNGQyNjExMTg0YjE5NDZhYzkyNDkyZDIzNDdjNjIzNWI0ZDI2MTExODQiLCJpYXQiOjE3NzE0OTIzNjQsImV4cCI6MTc3MTU3ODc2NH0.S8Dvv82pKv_UFuF9VU_aRhadFzqJCrQKZ8B6fJ4IY40
HB=http://hb.sandgate.test:8581
curl -s -X PUT "$HB/api/accessories/3d1ecb3f4a8d5b5b0d0b1e6f7c9d2a40b8c1f4f6f9b54ff0a2fd3b0c8f9c1d11" \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"characteristicType":"On","value":"'$1'"}'
