package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

// Runs the snippet: secret, id, timestamp, signature and now as arguments, the body on stdin.
func main() {
	body, _ := io.ReadAll(os.Stdin)
	now, _ := strconv.ParseInt(os.Args[5], 10, 64)
	header := http.Header{}
	header.Set("webhook-id", os.Args[2])
	header.Set("webhook-timestamp", os.Args[3])
	header.Set("webhook-signature", os.Args[4])
	if err := VerifyWebhook(os.Args[1], header, body, time.Unix(now, 0)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("ok")
}
