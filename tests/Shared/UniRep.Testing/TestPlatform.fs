namespace UniRep.Testing

open System
open System.Collections.Generic
open System.Text.RegularExpressions
open System.Threading.Tasks
open Expecto
open Microsoft.Testing.Platform.Builder
open Microsoft.Testing.Platform.Capabilities.TestFramework
open Microsoft.Testing.Platform.CommandLine
open Microsoft.Testing.Platform.Extensions
open Microsoft.Testing.Platform.Extensions.CommandLine
open Microsoft.Testing.Platform.Extensions.Messages
open Microsoft.Testing.Platform.Extensions.TestFramework
open Microsoft.Testing.Platform.Requests
open Microsoft.Testing.Platform.Services

/// Expecto as a test framework of Microsoft.Testing.Platform.
type private Framework(tests: Test, isChosen: string -> bool) =
    /// The reason of a failed test begins with an empty line and without a message, and is coloured for a terminal.
    let plain (reason: string) =
        Regex.Replace(reason, "\u001b\\[[0-9;]*m", "").TrimStart('\n', '.')

    let nodeOf (name: string) (properties: IProperty list) =
        TestNode(
            Uid = TestNodeUid name,
            DisplayName = name,
            Properties = PropertyBag(Array.ofList properties)
        )

    let timing (duration: TimeSpan) : IProperty =
        let now = DateTimeOffset.UtcNow
        TimingProperty(TimingInfo(now - duration, now, duration))

    interface IExtension with
        member _.Uid = "UniRep.Testing.Expecto"
        member _.Version = "1.0"
        member _.DisplayName = "Expecto"
        member _.Description = "Runs Expecto's tests."
        member _.IsEnabledAsync() = Task.FromResult true

    interface IDataProducer with
        member _.DataTypesProduced = [| typeof<TestNodeUpdateMessage> |]

    interface ITestFramework with
        member _.CreateTestSessionAsync _ =
            Task.FromResult(CreateTestSessionResult(IsSuccess = true))

        member _.CloseTestSessionAsync _ =
            Task.FromResult(CloseTestSessionResult(IsSuccess = true))

        member this.ExecuteRequestAsync context =
            let request = context.Request :?> TestExecutionRequest

            let publish name properties =
                context.MessageBus.PublishAsync(
                    this,
                    TestNodeUpdateMessage(request.Session.SessionUid, nodeOf name properties)
                )

            let tell name properties =
                async { do! publish name properties |> Async.AwaitTask }

            /// What an editor asks for by name.
            let isAskedFor =
                match request.Filter with
                | :? TestNodeUidListFilter as filter ->
                    HashSet(filter.TestNodeUids |> Seq.map _.Value).Contains
                | _ -> fun _ -> true

            let chosen =
                Test.filter
                    "."
                    (fun parts ->
                        let name = String.Join(".", parts)
                        isChosen name && isAskedFor name)
                    tests

            let printer =
                { Impl.TestPrinters.silent with
                    beforeEach =
                        fun name _ -> tell name [ InProgressTestNodeStateProperty.CachedInstance ]
                    passed =
                        fun name duration ->
                            tell
                                name
                                [ PassedTestNodeStateProperty.CachedInstance; timing duration ]
                    ignored = fun name reason -> tell name [ SkippedTestNodeStateProperty reason ]
                    failed =
                        fun name reason duration ->
                            tell name [ FailedTestNodeStateProperty(plain reason); timing duration ]
                    exn =
                        fun name error duration ->
                            tell
                                name
                                [
                                    ErrorTestNodeStateProperty(error, error.Message)
                                    timing duration
                                ]
                }

            task {
                match context.Request with
                | :? DiscoverTestExecutionRequest ->
                    for test in Test.toTestCodeList chosen do
                        do!
                            publish
                                (TestDiscovery.nameOf test)
                                [ DiscoveredTestNodeStateProperty.CachedInstance ]
                | _ ->
                    let config =
                        { Impl.ExpectoConfig.defaultConfig with
                            printer = printer
                            verbosity = Logging.LogLevel.Fatal
                        }

                    let! _ =
                        Impl.evalTestsWithCancel context.CancellationToken config chosen false
                        |> Async.StartAsTask

                    ()

                context.Complete()
            }

/// Runs Expecto's tests under Microsoft.Testing.Platform, so that `dotnet test` finds, filters, counts and reports them.
[<RequireQualifiedAccess>]
module TestPlatform =
    /// Runs tests as a command line says. Gives the exit code.
    let run (arguments: string[]) tests =
        task {
            let! builder = TestApplication.CreateBuilderAsync arguments

            builder.CommandLine.AddProvider(
                Func<ICommandLineOptionsProvider>(fun () -> TestFilter.Options())
            )

            builder.RegisterTestFramework(
                (fun _ -> TestFrameworkCapabilities()),
                fun _ services ->
                    Framework(tests, TestFilter.ofOptions (services.GetCommandLineOptions()))
            )
            |> ignore

            use! application = builder.BuildAsync()
            return! application.RunAsync()
        }
        |> _.GetAwaiter().GetResult()

    /// Runs the tests of an assembly as a command line says. Gives the exit code.
    let main assembly arguments =
        run arguments (TestDiscovery.testsOf assembly)
