internal import CRdKafka

/// The permissions that a cluster keeps. Needs Describe on the cluster to see them, Alter to change them.
extension Admin {
    /// All permissions of the cluster, but for kinds of resources that librdkafka does not know. librdkafka 2.0.2 drops
    /// a refusal and answers with none (measured): none is asked again by a removal that matches nothing, whose refusal
    /// it reports.
    package func acls() throws(KafkaError) -> [AclBinding] {
        let found = try described()
        if found.isEmpty { try delete(acls: [AclBinding("User:nobody", .read, .group, "no-such-permission")]) }
        return found
    }

    private func described() throws(KafkaError) -> [AclBinding] {
        let (filter, text) = withErrorText {
            rd_kafka_AclBindingFilter_new(
                RD_KAFKA_RESOURCE_ANY, nil, RD_KAFKA_RESOURCE_PATTERN_ANY, nil, nil, RD_KAFKA_ACL_OPERATION_ANY,
                RD_KAFKA_ACL_PERMISSION_TYPE_ANY, $0, $1)
        }
        guard let filter else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, text) }
        defer { rd_kafka_AclBinding_destroy(filter) }
        let event = try perform(RD_KAFKA_ADMIN_OP_DESCRIBEACLS) { options, queue in
            rd_kafka_DescribeAcls(client.pointer, filter, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let found = rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event), &count)
        return (0..<count).compactMap { found?[$0].flatMap { AclBinding($0) } }
    }

    /// Adds permissions; one that is there already is no error. Throws the first refusal.
    package func create(acls: [AclBinding]) throws(KafkaError) {
        if acls.isEmpty { return }
        var requests = try Admin.requests(acls) { acl, text, size in
            rd_kafka_AclBinding_new(
                acl.type.code, acl.name, acl.pattern.code, acl.principal, acl.host, acl.operation.code,
                acl.permission.code, text, size)
        }
        defer { rd_kafka_AclBinding_destroy_array(&requests, requests.count) }
        let event = try perform(RD_KAFKA_ADMIN_OP_CREATEACLS) { options, queue in
            rd_kafka_CreateAcls(client.pointer, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count)
        for index in 0..<count {
            guard let result = results?[index] else { continue }
            try Admin.check(rd_kafka_acl_result_error(result), acls[index])
        }
    }

    /// Removes exactly these permissions; one that is not there is no error. Throws the first refusal.
    package func delete(acls: [AclBinding]) throws(KafkaError) {
        if acls.isEmpty { return }
        var requests = try Admin.requests(acls) { acl, text, size in
            rd_kafka_AclBindingFilter_new(
                acl.type.code, acl.name, acl.pattern.code, acl.principal, acl.host, acl.operation.code,
                acl.permission.code, text, size)
        }
        defer { rd_kafka_AclBinding_destroy_array(&requests, requests.count) }
        let event = try perform(RD_KAFKA_ADMIN_OP_DELETEACLS) { options, queue in
            rd_kafka_DeleteAcls(client.pointer, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DeleteAcls_result_responses(rd_kafka_event_DeleteAcls_result(event), &count)
        for index in 0..<count {
            guard let result = results?[index] else { continue }
            try Admin.check(rd_kafka_DeleteAcls_result_response_error(result), acls[index])
        }
    }

    /// What librdkafka is to send, which the caller destroys.
    private static func requests(
        _ acls: [AclBinding], _ make: (AclBinding, UnsafeMutablePointer<CChar>, Int) -> OpaquePointer?
    ) throws(KafkaError) -> [OpaquePointer?] {
        var requests: [OpaquePointer?] = []
        for acl in acls {
            let (request, text) = withErrorText { make(acl, $0, $1) }
            guard let request else {
                rd_kafka_AclBinding_destroy_array(&requests, requests.count)
                throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "permission on \(acl.name): \(text)")
            }
            requests.append(request)
        }
        return requests
    }

    private static func check(_ error: OpaquePointer?, _ acl: AclBinding) throws(KafkaError) {
        guard let error else { return }
        let code = rd_kafka_error_code(error)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        // the broker's own words print its request
        if code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED {
            throw KafkaError(code, "this principal may not see or change permissions")
        }
        throw KafkaError(
            code, "permission of \(acl.principal) on \(acl.name): \(String(cString: rd_kafka_error_string(error)))")
    }
}
