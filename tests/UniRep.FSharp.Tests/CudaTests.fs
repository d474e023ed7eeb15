module UniRep.Tests.CudaTests

open System
open UniRep
open UniRep.Compute
open Expecto
open UniRep.Testing

let private nowhere =
    CudaOptions(DriverPath = IO.Path.Combine("nowhere", "libcuda.so"))

[<Tests>]
let tests =
    testList
        "CudaTests"
        [
            testCase "a missing driver is a case that says so"
            <| fun () ->
                match (Cuda.backend nowhere).Infer(Waves.weights 2 1) with
                | Error(BackendError.Unavailable("cuda", reason)) ->
                    Expect.stringContains reason "no NVIDIA driver: nowhere" "The reason"
                | other -> failtest $"{other}"

            testCase "the backend has a name and does not train"
            <| fun () ->
                let backend = Cuda.backend nowhere
                Assert.equal "cuda" backend.Name
                Assert.equal true backend.Train.IsNone

            testCase "an option out of its range is refused before anything is loaded"
            <| fun () ->
                Expect.throwsT<ArgumentOutOfRangeException>
                    (fun () -> Cuda.backend (CudaOptions(Device = -1)) |> ignore)
                    "A device below 0"

            testCase "the automatic choice is a backend of this machine, with a reason"
            <| fun () ->
                let backend, reason = Cuda.automatic ()
                Assert.equal (Cuda.tryFirst () |> Result.isOk) (backend.Name = "cuda")
                use model = FakeBackend.model backend

                Expect.stringContains
                    reason
                    (if backend.Name = "cuda" then "cuda:" else "the CPU")
                    "The reason"

                Assert.equal 2 model.Shape.Units
        ]
