package operation_test

import (
	"testing"

	"respons/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
