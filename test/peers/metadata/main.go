// Asks the instance metadata service as a program on an instance does, with AWS's SDK for Go, and prints what it reads, one line each.
//
// The address comes from AWS_EC2_METADATA_SERVICE_ENDPOINT. A path that has no value is printed as its HTTP status.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/transport/http"
)

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := imds.NewFromConfig(settings)
	for _, path := range os.Args[1:] {
		answer, err := client.GetMetadata(ctx, &imds.GetMetadataInput{Path: path})
		var refused *http.ResponseError
		if errors.As(err, &refused) {
			fmt.Printf("%s=%d\n", path, refused.HTTPStatusCode())
			continue
		}
		check(err)
		text, err := io.ReadAll(answer.Content)
		check(err)
		fmt.Printf("%s=%s\n", path, strings.TrimSpace(string(text)))
	}
	document, err := client.GetInstanceIdentityDocument(ctx, &imds.GetInstanceIdentityDocumentInput{})
	check(err)
	fmt.Printf("document=%s %s %s\n", document.InstanceID, document.Region, document.AccountID)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
